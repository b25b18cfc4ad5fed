/** Fields of science for the gallery's filter, and the words that authors use for them. */
const fields: readonly [field: string, words: string[]][] = [
  ["Astronomy", ["astronomy", "astrophysics", "cosmology", "solar physics", "exoplanets"]],
  ["Biology", ["biology", "life sciences", "zoology", "botany", "microbiology", "cell biology"]],
  ["Bioinformatics", ["bioinformatics", "genomics", "computational biology", "proteomics"]],
  ["Chemistry", ["chemistry", "computational chemistry", "spectroscopy", "electrochemistry"]],
  [
    "Climate science",
    ["climate", "climate science", "climate change", "climatology", "atmospheric science"],
  ],
  ["Computer science", ["computer science", "algorithms", "software engineering"]],
  [
    "Earth science",
    ["earth science", "geoscience", "geology", "geophysics", "seismology", "hydrology"],
  ],
  ["Ecology", ["ecology", "environmental science", "conservation", "biodiversity"]],
  ["Economics", ["economics", "econometrics", "finance"]],
  ["Engineering", ["engineering", "control theory", "fluid dynamics", "robotics"]],
  ["Epidemiology", ["epidemiology", "public health"]],
  ["Linguistics", ["linguistics", "natural language processing"]],
  [
    "Machine learning",
    ["machine learning", "deep learning", "artificial intelligence", "computer vision"],
  ],
  [
    "Materials science",
    ["materials science", "materials", "microscopy", "electron microscopy", "crystallography"],
  ],
  ["Mathematics", ["mathematics", "number theory", "topology", "geometry"]],
  ["Medicine", ["medicine", "medical imaging", "neurology", "oncology"]],
  ["Neuroscience", ["neuroscience", "neuroimaging"]],
  ["Oceanography", ["oceanography", "marine science"]],
  [
    "Physics",
    [
      "physics",
      "particle physics",
      "quantum physics",
      "condensed matter",
      "high-energy physics",
      "optics",
    ],
  ],
  ["Psychology", ["psychology", "cognitive science"]],
  ["Social science", ["social science", "sociology", "political science", "demography"]],
  ["Statistics", ["statistics", "data science"]],
];
const byWord = new Map(
  fields.flatMap(([field, words]) => words.map((word): [string, string] => [word, field])),
);

/** The field that a word stands for, or undefined. */
export function knownField(word: string): string | undefined {
  return byWord.get(word.trim().toLowerCase());
}

/** The field that the keywords tell: of the first one that names a field. */
export function fieldOfScience(keywords: readonly string[]): string | undefined {
  return keywords.map(knownField).find((field) => field !== undefined);
}
