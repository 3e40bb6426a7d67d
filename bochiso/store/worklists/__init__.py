"""Lists of dossiers, procedures and petitions: late, missed, not synchronised; what forms count."""
