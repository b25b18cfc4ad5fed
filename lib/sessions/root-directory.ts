/** Where an image of our builder expects a version's files: the server's root, where kernels start. */
export const rootDirectory = "/home/jovyan/work";
