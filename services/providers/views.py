"""Read models of providers: none yet; its GETs are plain repository and schema."""
