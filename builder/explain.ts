export interface Explanation {
  /** What most likely went wrong, in a sentence. */
  cause: string;
  /** What to do about it. */
  hint: string;
  /** The lines of the log that say so, else its last ones. */
  lines: string[];
}

interface Rule {
  pattern: RegExp;
  explain: (match: RegExpExecArray) => { cause: string; hint: string };
}

/** Debian packages that bring the C headers which builds most often miss. */
const HEADERS: Record<string, string> = {
  "Python.h": "python3-dev",
  "ffi.h": "libffi-dev",
  "gsl/gsl_math.h": "libgsl-dev",
  "hdf5.h": "libhdf5-dev",
  "netcdf.h": "libnetcdf-dev",
  "geos_c.h": "libgeos-dev",
  "proj.h": "libproj-dev",
  "proj_api.h": "libproj-dev",
  "gdal.h": "libgdal-dev",
  "fftw3.h": "libfftw3-dev",
  "cblas.h": "libopenblas-dev",
  "mpi.h": "libopenmpi-dev",
  "libxml/xmlversion.h": "libxml2-dev",
  "libxml/xpath.h": "libxml2-dev",
  "openssl/ssl.h": "libssl-dev",
  "openssl/opensslv.h": "libssl-dev",
  "curl/curl.h": "libcurl4-openssl-dev",
  "zlib.h": "zlib1g-dev",
  "bzlib.h": "libbz2-dev",
  "lzma.h": "liblzma-dev",
  "png.h": "libpng-dev",
  "jpeglib.h": "libjpeg-dev",
  "ft2build.h": "libfreetype6-dev",
  "graphviz/cgraph.h": "libgraphviz-dev",
  "portaudio.h": "portaudio19-dev",
  "sndfile.h": "libsndfile1-dev",
  "libpq-fe.h": "libpq-dev",
  "mysql.h": "default-libmysqlclient-dev",
  "sqlite3.h": "libsqlite3-dev",
  "boost/config.hpp": "libboost-dev",
  "Eigen/Core": "libeigen3-dev",
};

/** From the surest sign to the vaguest: the first that is found explains the failure. */
const RULES: Rule[] = [
  {
    pattern: /no space left on device/i,
    explain: () => ({
      cause: "The disk of the machine that builds is full.",
      hint: "The operator has to free space; nothing is wrong with your files.",
    }),
  },
  {
    pattern: /^colophon: (.{5,300})$/m,
    explain: (match) => ({
      cause: `${sentence(match[1])}`,
      hint: "Begin from a Debian-based image that is not older than Debian 11, or drop the Dockerfile.",
    }),
  },
  {
    pattern: /E: Unable to locate package (\S+)|E: Package '(\S+)' has no installation candidate/,
    explain: (match) => ({
      cause: `Debian has no package ${match[1] ?? match[2]}.`,
      hint: "Correct or remove it in apt.txt; names differ between releases.",
    }),
  },
  {
    pattern: /E: Version '(\S+)' for '(\S+)' was not found/,
    explain: (match) => ({
      cause: `Debian no longer has version ${match[1]} of ${match[2]}.`,
      hint: "Leave the version out in apt.txt.",
    }),
  },
  {
    pattern:
      /Because (?:only .{0,80})?([\w.-]+) was not found in the (?:package registry|provided package locations|cache)/,
    explain: (match) => ({
      cause: `There is no package ${match[1]} on the package index.`,
      hint: "Check the spelling: a package's name can differ from what is imported (sklearn is scikit-learn, cv2 is opencv-python).",
    }),
  },
  {
    pattern: /Because there is no version of ([\w.-]+?)((?:\[[^\]]*\])?(?:[=<>!~]=?=?)[\w.*+!-]+)/,
    explain: (match) => ({
      cause: `There is no version ${match[2]?.replace(/^==/, "")} of ${match[1]}.`,
      hint: "Correct the version; it may have been withdrawn, or never existed.",
    }),
  },
  {
    pattern: /fatal error: ([\w./+-]{1,100}): No such file or directory/,
    explain: (match) => {
      const debian = HEADERS[match[1] ?? ""];
      return {
        cause: `A package is compiled and needs the header ${match[1]}.`,
        hint:
          debian === undefined
            ? "Name the Debian package that holds it in apt.txt."
            : `Add ${debian} to apt.txt.`,
      };
    },
  },
  {
    pattern:
      /(gfortran|gcc|g\+\+|cmake|cargo|rustc|swig|pkg-config|nvcc|mpicc|git)['"]?:? (?:command )?not found|No such file or directory: '(gfortran|gcc|g\+\+|cmake|cargo|swig|mpicc|git)'/i,
    explain: (match) => ({
      cause: `The build needs the program ${match[1] ?? match[2]}.`,
      hint: `Add ${debianOf(match[1] ?? match[2] ?? "")} to apt.txt.`,
    }),
  },
  {
    pattern:
      /Because ([\w.-]+?)(?:==([\w.*+!-]+))? has no (?:usable wheels|wheels with a matching)/,
    explain: (match) => ({
      cause: `${match[1]}${match[2] === undefined ? "" : ` ${match[2]}`} has no wheel for this Python.`,
      hint: "Ask for a version that has one, or for another Python in runtime.txt.",
    }),
  },
  {
    pattern:
      /the current Python version \(([\d.]+)\) does not satisfy Python([<>=!~][^ ]*)|requires-python.{0,40}Python ?([<>=][\d.,<>=]+)/i,
    explain: (match) => ({
      cause: `A package does not run on Python ${match[1] ?? ""}.`.replace(" .", "."),
      hint: `Name a fitting Python in runtime.txt${match[2] === undefined ? "" : ` (${match[2]})`}, or another version of the package.`,
    }),
  },
  {
    pattern: /No solution found when resolving dependencies|ResolutionImpossible/,
    explain: () => ({
      cause: "The requirements contradict one another.",
      hint: "The lines below say which; loosen one of the pins.",
    }),
  },
  {
    pattern:
      /Failed to build `?([\w.-]+)(?:==[\w.]+)?|Could not build wheels for ([\w.-]+)|error: subprocess-exited-with-error/,
    explain: (match) => ({
      cause: `${match[1] ?? match[2] ?? "A package"} could not be built from source.`,
      hint: "Take a version with a wheel for this Python, or another Python in runtime.txt; old packages seldom build on a new Python.",
    }),
  },
  {
    pattern:
      /Git operation failed|fatal: (?:repository|unable to access|Could not read from remote)/i,
    explain: () => ({
      cause: "A package's Git repository cannot be fetched.",
      hint: "Check that the address exists and is public.",
    }),
  },
  {
    pattern:
      /certificate verify failed|invalid peer certificate|SSL certificate problem|UnknownIssuer/i,
    explain: () => ({
      cause: "A server's certificate is not trusted inside the build.",
      hint: "Behind an inspecting proxy the operator has to name its CA bundle (SSL_CERT_FILE).",
    }),
  },
  {
    pattern:
      /Temporary failure (?:in name resolution|resolving)|Could not resolve (?:host)?|dns error|Network is unreachable|error sending request|Connection (?:timed out|refused)|Failed to fetch/i,
    explain: () => ({
      cause: "The network, or a package index, did not answer.",
      hint: "Try again later; if it stays so, the operator has to look at the machine's network.",
    }),
  },
  {
    pattern: /postBuild ended with exit code (\d+)/,
    explain: (match) => ({
      cause:
        match[1] === "127"
          ? "postBuild calls a program that is not there."
          : `postBuild failed with exit code ${match[1]}.`,
      hint: "The lines below are its last; correct it, or add what it needs to apt.txt.",
    }),
  },
  {
    pattern:
      /(?:failed to compute cache key|failed to calculate checksum).{0,200}?"?(\/[^\s":]+)"?:? not found|lstat (\S+): no such file/,
    explain: (match) => ({
      cause: `The Dockerfile copies ${match[1] ?? match[2]}, which is not in the build.`,
      hint: "Name the file in full: data and notebooks enter a build only when the Dockerfile names them.",
    }),
  },
  {
    pattern: /exit code:? 137|\bKilled\b|MemoryError|Cannot allocate memory/,
    explain: () => ({
      cause: "A step needed more memory than there is.",
      hint: "Install fewer packages at once, or packages with wheels.",
    }),
  },
  {
    pattern: /ModuleNotFoundError: No module named '([\w.]+)'/,
    explain: (match) => ({
      cause: `A package's setup imports ${match[1]}, which is not there yet.`,
      hint: "Declare it in [build-system] requires of its pyproject.toml, or take a version with a wheel.",
    }),
  },
  {
    pattern: /(?:sh|bash|\/bin\/sh): (?:\d+: |line \d+: )?([\w.+-]+): (?:command )?not found/,
    explain: (match) => ({
      cause: `The program ${match[1]} is not there.`,
      hint: `Add the Debian package that brings ${match[1]} to apt.txt.`,
    }),
  },
];

/** The likely cause of a failed build, from its log. Never throws; the log may be cut anywhere. */
export function explainFailure(log: string): Explanation {
  const text = stripColours(log.slice(-200_000));
  const lines = text.split("\n").map((line) => line.trimEnd());
  for (const rule of RULES) {
    const match = rule.pattern.exec(text);
    if (match === null) continue;
    const at = text.slice(0, match.index).split("\n").length - 1;
    return { ...rule.explain(match), lines: around(lines, at) };
  }
  const exit = /did not complete successfully: exit code: (\d+)/.exec(text);
  return {
    cause:
      exit === null ? "The build failed." : `A step of the build failed with exit code ${exit[1]}.`,
    hint: "The last lines of the log say more.",
    lines: lines.filter((line) => line !== "").slice(-12),
  };
}

/** Whether the installer stopped because a package would have to be built from source. */
export function wantsCompilers(log: string): boolean {
  return /has no usable wheels|no wheels? .{0,120}building from source is disabled|building from source is disabled/s.test(
    log,
  );
}

function around(lines: string[], at: number): string[] {
  return lines.slice(Math.max(0, at - 3), at + 9).filter((line) => line !== "");
}

function debianOf(program: string): string {
  const names: Record<string, string> = {
    "g++": "g++",
    rustc: "rustc",
    nvcc: "nvidia-cuda-toolkit",
    mpicc: "libopenmpi-dev",
  };
  return names[program] ?? program;
}

function sentence(text = ""): string {
  const trimmed = text.trim();
  return `${trimmed[0]?.toUpperCase() ?? ""}${trimmed.slice(1)}${trimmed.endsWith(".") ? "" : "."}`;
}

function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}
