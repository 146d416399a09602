//! Features of dependencies that every selection of the workspace shares; see `Cargo.toml`.
