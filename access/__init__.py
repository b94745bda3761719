"""Who may see what, why, and until when: grants on single objects, and the verdict that names each rule on its way."""
