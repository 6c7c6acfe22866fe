"""Floor 3: the frozen dossier document and its renderings."""
