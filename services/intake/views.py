"""Read models of intake: none yet; its GETs are plain repository and schema."""
