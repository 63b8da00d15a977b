/** Reads the picture that `seller.logo` in the config names. A close records it with the month, so later printing needs no file. */
import { readFileSync, statSync } from 'node:fs';
import type { Config } from '../config/config.js';
import { Failure } from '../errors/failure.js';
import { naming } from '../files/sync-folder.js';
import { LARGEST_LOGO, LogoFault, logoUri } from '../output/logo.js';

/** @returns the config with the picture in it. @throws Failure usage if the file is not a logo, system if it cannot be read */
export async function withLogo(config: Config): Promise<Config> {
  const { seller } = config;
  if (seller?.logo === undefined) return config;
  const file = seller.logo;
  try {
    return { ...config, seller: { ...seller, logoUri: await logoUri(naming(file, () => pictureIn(file))) } };
  } catch (error) {
    if (!(error instanceof LogoFault)) throw error;
    throw new Failure('usage', `${file}: seller.logo: ${error.message}`, { cause: error });
  }
}

function pictureIn(file: string): Buffer {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined)
    throw new LogoFault('there is no such file; its path starts from the folder of the config');
  if (!found.isFile()) throw new LogoFault('is no regular file; name a PNG or an SVG');
  if (found.size > LARGEST_LOGO)
    throw new LogoFault(
      `has ${found.size} bytes, and at most ${LARGEST_LOGO} are taken, since every page holds it; 640 pixels are wide enough`,
    );
  return readFileSync(file);
}
