/** Version of Deno with which the tests pass; the README and `.ci/run` name the same. */
export const testedDeno = "2.9.6";
