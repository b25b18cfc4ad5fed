/** What sessions leave behind for themselves and nobody means to keep. */
export const litter =
  /(?:^|\/)(?:\.ipynb_checkpoints|__pycache__|\.virtual_documents|\.Trash-\d+)(?:\/|$)/;
