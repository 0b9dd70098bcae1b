//! Creates files and folders that only their owner can read: collections, recordings and reports contain data of the
//! provider and of JupiterOne.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::disk::{Checked, point};

/// Creates a file with mode 0600, or empties one and narrows its mode.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    point("create")?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    #[cfg(unix)]
    if file.metadata()?.is_file() {
        use std::os::unix::fs::PermissionsExt as _;
        // The mode above holds for new files only.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Writes a file with mode 0600.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    Checked(create(path)?).write_all(bytes.as_ref())
}

/// Creates a folder and those above it that do not exist, with mode 0700.
pub(crate) fn create_dir_all(path: &Path) -> io::Result<()> {
    point("create")?;
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Creates a temporary folder with mode 0700, in this folder.
pub(crate) fn tempdir_in(folder: &Path, prefix: &str) -> io::Result<tempfile::TempDir> {
    point("create")?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir_in(folder)
}
