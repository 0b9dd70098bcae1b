//! What must not compile and what it says then; what must compile. All of it is in `tests/`.
