/** What an installation on another machine depends on: exact versions, every platform's parts, no registry of ours. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockedPackage extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const manifest: Manifest = read('package.json');
const locked = Object.entries<LockedPackage>(read('package-lock.json').packages);
const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

describe('package.json', () => {
  it.each(wanted)('pins %s exactly: %s', (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(locked.find(([path]) => path === `node_modules/${name}`)?.[1].version).toBe(version);
  });

  it.each(['better-sqlite3', 'commander', 'csv-stringify', 'date-fns-tz', 'decimal.js'])(
    'is built on %s',
    (name) => {
      expect(manifest.dependencies).toHaveProperty([name]);
    },
  );

  it('is tested with vitest', () => {
    expect(manifest.devDependencies).toHaveProperty('vitest');
  });

  it('can be packed, published and installed from git: npm builds what bin/monthend.js starts', () => {
    const { private: isPrivate, scripts, files, bin, man } = read('package.json');
    expect({ bin, man }).toEqual({ bin: { monthend: 'bin/monthend.js' }, man: 'dist/monthend.1' });
    expect(isPrivate).toBeUndefined();
    expect(scripts.prepare).toBe('npm run build');
    for (const part of [
      'bin',
      'dist/monthend.1',
      'dist/program',
      'docs',
      'src/config.schema.json',
      'fixtures/sample',
    ])
      expect(files).toContain(part);
  });

  it('has a version that the changelog tells of, newest first', () => {
    const changelog = readFileSync(new URL('../docs/changelog.md', import.meta.url), 'utf8');
    const versions = [...changelog.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title);
    expect(versions[0]).toBe('Unreleased');
    expect(versions[1]).toMatch(
      new RegExp(`^${read('package.json').version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`),
    );
    expect(locked.find(([path]) => path === '')?.[1].version).toBe(read('package.json').version);
  });

  it('asks for Node 20.19 or newer', () => {
    expect(manifest.engines).toEqual({ node: '>=20.19' });
  });

  it('lets npm build better-sqlite3, in any version', () => {
    expect(manifest.allowScripts).toEqual({ 'better-sqlite3': true });
  });
});

describe('package-lock.json', () => {
  it('agrees with package.json', () => {
    const { dependencies, devDependencies, engines } = locked.find(([path]) => path === '')?.[1] ?? {};
    expect({ dependencies, devDependencies, engines }).toEqual({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
      engines: manifest.engines,
    });
  });

  it('names no host: the registry is that of whoever installs', () => {
    const named = locked.filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:/i.test(resolved));
    expect(named.map(([path]) => path)).toEqual([]);
  });

  it('knows what each package must hash to', () => {
    expect(
      locked.filter(([path, { integrity }]) => path !== '' && !integrity?.startsWith('sha512-')),
    ).toEqual([]);
  });

  it('has an entry for the parts of every platform', () => {
    const paths = new Set(locked.map(([path]) => path));
    const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !placesOf(path, name).some((place) => paths.has(place)),
      ),
    );
    expect(missing).toEqual([]);
  });

  /** Where Node would look for a package: beside the one that wants it, then outwards. */
  function placesOf(path: string, name: string): string[] {
    const places = [`${path === '' ? '' : `${path}/`}node_modules/${name}`];
    for (let outer = path; outer.includes('node_modules/'); ) {
      outer = outer.slice(0, outer.lastIndexOf('node_modules/'));
      places.push(`${outer}node_modules/${name}`);
    }
    return places;
  }
});
