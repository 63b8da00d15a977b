/** Writes a JUnit report in the form that CI servers read. */
import { printableText } from './safe-text.js';

export interface JunitCase {
  readonly name: string;
  readonly seconds: number;
  /** Empty if the case passed. */
  readonly failure: string;
}

/** Tells from its beginning whether a file is such a report. */
export function isJunitReport(beginning: string): boolean {
  return /^<\?xml [^\n]*\n<testsuites [^\n]*\n {2}<testsuite name="monthend check" /.test(beginning);
}

export function junitReport(cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== '').length;
  const body = cases.map(({ name, seconds, failure }) => {
    const open = `    <testcase classname="monthend.check" name="${xmlText(name)}" time="${seconds.toFixed(3)}"`;
    if (failure === '') return `${open}/>`;
    const message = xmlText(failure.split('\n', 2).join(' '));
    return `${open}>\n      <failure message="${message}">${xmlText(failure)}</failure>\n    </testcase>`;
  });
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const counts = `tests="${cases.length}" failures="${failures}" time="${time}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="monthend check" ${counts}>
${body.join('\n')}
  </testsuite>
</testsuites>
`;
}

function xmlText(text: string): string {
  return (
    text
      // XML 1.0 cannot contain these characters.
      .replace(/[^\t\n\r]+/g, printableText)
      .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
      // Escaped, because readers turn line feeds in an attribute into spaces.
      .replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
