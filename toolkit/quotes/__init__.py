"""Who is quoted saying what: extraction, attribution, and quotes that a person has gathered."""
