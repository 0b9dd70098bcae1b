//! One-topic programs; see the README in this folder.
