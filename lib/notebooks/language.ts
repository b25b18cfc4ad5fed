import type { Notebook } from "./types.ts";

/** How languages are called on pages, by what kernels call them. */
const names: ReadonlyMap<string, string> = new Map([
  ["python", "Python"],
  ["python2", "Python"],
  ["python3", "Python"],
  ["ipython", "Python"],
  ["sage", "SageMath"],
  ["sagemath", "SageMath"],
  ["r", "R"],
  ["ir", "R"],
  ["julia", "Julia"],
  ["javascript", "JavaScript"],
  ["typescript", "TypeScript"],
  ["c++", "C++"],
  ["c++11", "C++"],
  ["c++14", "C++"],
  ["c++17", "C++"],
  ["c++20", "C++"],
  ["cpp", "C++"],
  ["octave", "Octave"],
  ["matlab", "MATLAB"],
  ["bash", "Bash"],
  ["scala", "Scala"],
  ["java", "Java"],
  ["rust", "Rust"],
  ["go", "Go"],
  ["gophernotes", "Go"],
  ["ruby", "Ruby"],
  ["haskell", "Haskell"],
  ["fortran", "Fortran"],
  ["stata", "Stata"],
  ["sas", "SAS"],
  ["sql", "SQL"],
  ["perl", "Perl"],
  ["raku", "Raku"],
  ["lua", "Lua"],
  ["wolfram language", "Wolfram Language"],
  ["mathematica", "Wolfram Language"],
  ["c#", "C#"],
  ["f#", "F#"],
]);

/** The programming language as people write it ("Python", "R", "Julia"), or null when the notebook does not say. */
export function notebookLanguage(notebook: Notebook): string | null {
  const { language_info: info, kernelspec } = notebook.metadata;
  for (const candidate of [info?.name, kernelspec?.language, kernelspec?.name]) {
    const text = candidate?.trim() ?? "";
    if (text === "") continue;
    const key = text.toLowerCase();
    const known = names.get(key) ?? names.get(key.replace(/[-_ .]?\d[\d.]*$/, ""));
    if (known) return known;
    // A kernel's name ("my-env") says nothing about its language.
    if (candidate !== kernelspec?.name) return text.slice(0, 40);
  }
  return null;
}

/** The kernel that the notebook asks for ("python3", "ir"), or null. */
export function kernelName(notebook: Notebook): string | null {
  const name = notebook.metadata.kernelspec?.name.trim();
  return name ? name : null;
}
