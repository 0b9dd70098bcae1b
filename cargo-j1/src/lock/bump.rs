//! The version that a change requires, by cargo's rules of semantic versioning.

use semver::Version;

use super::Level;

/// Returns the lowest version after `base` that may contain a change of this level.
///
/// Before 1.0, a breaking change needs a new minor version, and a minor change a new patch version.
pub fn needed(base: &Version, level: Level) -> Version {
    if !base.pre.is_empty() {
        // `2.0.0-rc.1` announces `2.0.0` already.
        return Version::new(base.major, base.minor, base.patch);
    }
    match (level, base.major) {
        (Level::Breaking, 1..) => Version::new(base.major + 1, 0, 0),
        (Level::Breaking, 0) | (Level::Minor, 1..) => Version::new(base.major, base.minor + 1, 0),
        (Level::Minor, 0) | (Level::Patch, _) => Version::new(base.major, base.minor, base.patch + 1),
    }
}

/// Returns `true` if the package's version announces a change of this level after `base`. A patch does not need a
/// version of its own: it requires no action.
pub fn is_enough(now: &Version, base: &Version, level: Level) -> bool {
    // `2.0.0-rc.1` announces as much as `2.0.0`.
    let released = Version::new(now.major, now.minor, now.patch);
    level == Level::Patch || (now > base && released >= needed(base, level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_calls_for_a_version() -> Result<(), semver::Error> {
        for (base, level, version) in [
            ("1.2.3", Level::Breaking, "2.0.0"),
            ("1.2.3", Level::Minor, "1.3.0"),
            ("1.2.3", Level::Patch, "1.2.4"),
            ("0.2.3", Level::Breaking, "0.3.0"),
            ("0.2.3", Level::Minor, "0.2.4"),
            ("0.0.3", Level::Breaking, "0.1.0"),
            ("2.0.0-rc.1", Level::Breaking, "2.0.0"),
            ("1.2.3+build", Level::Minor, "1.3.0"),
        ] {
            assert_eq!(needed(&Version::parse(base)?, level), Version::parse(version)?, "{base} {level}");
        }
        Ok(())
    }

    #[test]
    fn a_version_is_enough_or_not() -> Result<(), semver::Error> {
        for (base, now, level, enough) in [
            ("1.2.3", "1.2.3", Level::Breaking, false),
            ("1.2.3", "1.9.0", Level::Breaking, false),
            ("1.2.3", "2.0.0", Level::Breaking, true),
            ("1.2.3", "2.0.0-rc.1", Level::Breaking, true),
            ("1.2.3", "3.1.0", Level::Breaking, true),
            ("1.2.3", "1.2.4", Level::Minor, false),
            ("1.2.3", "1.3.0", Level::Minor, true),
            ("0.2.3", "0.2.4", Level::Breaking, false),
            ("0.2.3", "0.3.0", Level::Breaking, true),
            ("0.2.3", "0.2.4", Level::Minor, true),
            ("2.0.0-rc.1", "2.0.0-rc.1", Level::Breaking, false),
            ("2.0.0-rc.1", "2.0.0-rc.2", Level::Breaking, true),
            ("1.2.3", "1.2.3", Level::Patch, true),
        ] {
            let (base, now) = (Version::parse(base)?, Version::parse(now)?);
            assert_eq!(is_enough(&now, &base, level), enough, "{base} {now} {level}");
        }
        Ok(())
    }
}
