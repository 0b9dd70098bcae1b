//! The kinds of edit that are distinguished, and how much each one matters to users of the data.

use std::fmt;

use serde::Serialize;

/// The level of an edit, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Users of the data and operators of the integration have nothing to do or to know.
    Patch,
    /// There is something new; what was used before still works.
    Minor,
    /// Data is lost, queries and alerts stop finding what they found, or set-ups stop working.
    Breaking,
}

impl Level {
    /// As it is written in reports and in the guide.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

macro_rules! kinds {
    ($($kind:ident $name:literal $level:ident $meaning:literal;)*) => {
        /// A kind of edit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $meaning] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of the guide.
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Its name, such as `key-changed`. Names never change.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// Returns the level.
            pub const fn level(self) -> Level {
                match self { $(Self::$kind => Level::$level),* }
            }

            /// Returns the meaning for the data in JupiterOne and for operators.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$kind => $meaning),* }
            }
        }
    };
}

kinds! {
    // The integration.
    IntegrationRenamed "integration-renamed" Breaking
        "the variables of its settings start with its name: every installation has to rename them";
    IntegrationTypeChanged "integration-type-changed" Breaking
        "it is part of `_type`s and keys: every entity that has it is deleted and created again";
    TitleChanged "title-changed" Patch "only the documentation shows it";
    DataModelChanged "data-model-changed" Minor
        "classes of another version of the data model were checked; JupiterOne may require other properties";
    VersionChanged "version-changed" Patch "the package has another version than when the lock was written";

    // Entities.
    EntityAdded "entity-added" Minor "there are entities of a new type";
    EntityRemoved "entity-removed" Breaking
        "all entities of the type are deleted, with their relationships; queries for the type find nothing";
    EntityTypeRenamed "entity-type-renamed" Breaking
        "all entities of the old type are deleted and created again; queries for the old type find nothing";
    EntityStructRenamed "entity-struct-renamed" Patch "only the documentation shows it";
    EntityClassAdded "entity-class-added" Minor "queries and rules for the class also find these entities";
    EntityClassRemoved "entity-class-removed" Breaking
        "queries, rules and alerts for the class no longer find these entities";
    EntityClassReplaced "entity-class-replaced" Breaking
        "queries, rules and alerts for the old class no longer find these entities";
    EntityClassOrderChanged "entity-class-order-changed" Patch "the classes are the same";
    KeyChanged "key-changed" Breaking
        "the change deletes and recreates every entity of the type: what is attached to the old ones in JupiterOne (alerts, history, tags) is lost";
    RawDataAdded "raw-data-added" Minor
        "more of the provider's record is sent as raw data, which everyone who can see the entity can read";
    RawDataRemoved "raw-data-removed" Minor "less of the provider's record is sent as raw data";

    // Properties, also those of relationships and of mapped targets.
    PropertyAdded "property-added" Minor "there is a new property";
    PropertyRemoved "property-removed" Breaking "queries that name the property find nothing";
    PropertyRenamed "property-renamed" Breaking "queries that name the old property find nothing";
    PropertyTypeChanged "property-type-changed" Breaking
        "queries that compare it with a value of the old type no longer match";
    PropertyTypeWidened "property-type-widened" Breaking
        "queries that compare it with a value of the old type miss those of the new one";
    PropertyTypeNarrowed "property-type-narrowed" Minor "values of one type no longer occur";
    PropertyBecameList "property-became-list" Breaking "queries that compare it with one value may no longer match";
    PropertyBecameSingle "property-became-single" Breaking "queries that look into the list no longer match";
    PropertyBecameDate "property-became-date" Breaking
        "it is now a time in epoch milliseconds; queries that compare it otherwise no longer match";
    PropertyNoLongerDate "property-no-longer-date" Breaking
        "it is no longer a time in epoch milliseconds; queries that compare it with a date no longer match";
    PropertyMayBeAbsent "property-may-be-absent" Minor
        "some entities no longer have it; queries that compare it leave those out";
    PropertyAlwaysPresent "property-always-present" Patch "every entity has it now";
    PropertyAbsenceChanged "property-absence-changed" Minor
        "if there is no value, `null` is sent instead of nothing, or nothing instead of `null`";
    PropertyNowNull "property-now-null" Breaking
        "it was filled and is now always `null`; queries that compare it find nothing";
    PropertyNoLongerNull "property-no-longer-null" Minor "it was always `null` and is now filled";
    NullAdded "null-added" Minor "a class requires it, nothing fills it: it is now sent as `null`";
    NullRemoved "null-removed" Minor "it was always `null` and is no longer sent";
    PropertyClassesChanged "property-classes-changed" Patch
        "another set of classes knows the property; its values are the same";
    PropertySourceChanged "property-source-changed" Minor
        "another field or method fills it: its values may mean something else";
    PropertyValuesAdded "property-values-added" Minor "its class allows more values";
    PropertyValuesRemoved "property-values-removed" Breaking
        "its class no longer allows these values; queries for them find nothing";
    PropertyLimitsChanged "property-limits-changed" Minor "its class asks for another form or range of values";

    // Relationships between entities of the integration.
    RelationshipAdded "relationship-added" Minor "there are new relationships";
    RelationshipRemoved "relationship-removed" Breaking
        "all of them are deleted; queries that walk along them find nothing";
    RelationshipClassChanged "relationship-class-changed" Breaking
        "all of them are deleted and created again; queries that name the old verb find nothing";
    RelationshipTypeChanged "relationship-type-changed" Breaking
        "all of them are deleted and created again; queries for the old `_type` find nothing";
    RelationshipReversed "relationship-reversed" Breaking
        "all of them are deleted and created again in the other direction; queries with a direction (<<, >>) find nothing";
    RelationshipSourceChanged "relationship-source-changed" Breaking
        "all of them are deleted; queries that walk from the old source find nothing";
    RelationshipTargetChanged "relationship-target-changed" Breaking
        "all of them are deleted; queries that walk to the old target find nothing";
    RelationshipBecameMapped "relationship-became-mapped" Breaking
        "JupiterOne looks for the target among all entities now; those that led to our own are deleted";
    MappedBecameDirect "mapped-became-direct" Breaking
        "it leads to an entity of the integration now; those that JupiterOne mapped are deleted";

    // Mapped relationships.
    MappedAdded "mapped-added" Minor "there are new mapped relationships";
    MappedRemoved "mapped-removed" Breaking
        "all of them are deleted, and with them the targets that JupiterOne created for them";
    MappedClassChanged "mapped-class-changed" Breaking
        "all of them are deleted and created again; queries that name the old verb find nothing";
    MappedTypeChanged "mapped-type-changed" Breaking
        "all of them are deleted and created again; queries for the old `_type` find nothing";
    MappedDirectionChanged "mapped-direction-changed" Breaking
        "all of them are deleted and created again in the other direction";
    MappedTargetTypeChanged "mapped-target-type-changed" Breaking "they lead to entities of another type";
    MappedTargetClassChanged "mapped-target-class-changed" Breaking
        "they lead to entities of another class; what was found before may not be found";
    MappedFilterChanged "mapped-filter-changed" Breaking
        "targets are found by other properties: the same source may lead to another target, or to a new one";
    MappedCreates "mapped-creates" Minor "JupiterOne creates a target that it does not find";
    MappedNoLongerCreates "mapped-no-longer-creates" Breaking
        "targets that JupiterOne created are deleted, and so are the relationships to them";

    // Steps.
    StepAdded "step-added" Minor "there is a new step";
    StepRemoved "step-removed" Minor "a run that names it with `--step` is refused";
    StepRenamed "step-renamed" Minor "a run that names the old one with `--step` is refused";
    StepEmitsMore "step-emits-more" Patch "a type that another step adds also comes from this one";
    StepEmitsLess "step-emits-less" Patch "another step adds the type";
    StepReadsMore "step-reads-more" Patch "the step waits for another type";
    StepReadsLess "step-reads-less" Patch "the step no longer waits for the type";
    StepReadBecameOptional "step-read-became-optional" Patch "the step also runs if no step emits the type";
    StepReadBecameRequired "step-read-became-required" Patch "the step runs only if a step emits the type";
    StepOrderChanged "step-order-changed" Patch "the step waits for other steps";
    PermissionAdded "permission-added" Breaking
        "credentials that were sufficient no longer are: operators have to grant this permission at the provider";
    PermissionRemoved "permission-removed" Patch "credentials can have fewer permissions";

    // Configuration.
    ConfigAdded "config-added" Minor "there is a new optional setting";
    ConfigRequiredAdded "config-required-added" Breaking "every installation has to set it before the next run";
    ConfigRemoved "config-removed" Breaking "the value that installations set no longer has an effect";
    ConfigRenamed "config-renamed" Breaking "every installation has to rename its variable";
    ConfigBecameRequired "config-became-required" Breaking
        "installations that do not set it have to do so before the next run";
    ConfigBecameOptional "config-became-optional" Minor "it is now optional";
    ConfigDefaultChanged "config-default-changed" Minor "runs that do not set it behave differently";
    ConfigKindChanged "config-kind-changed" Breaking "values that were valid can be refused";
    ConfigBecameSecret "config-became-secret" Patch "its value is no longer shown";
    ConfigNoLongerSecret "config-no-longer-secret" Breaking
        "its value is no longer removed from logs, recordings and data";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The rows of the guide's tables: name, level, meaning.
    fn guide() -> std::io::Result<Vec<(String, String, String)>> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lock.md");
        let text = std::fs::read_to_string(path)?;
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        let cells = rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>());
        Ok(cells
            .filter_map(|cells| match *cells.as_slice() {
                [name, level, meaning] => {
                    Some((name.trim_matches('`').to_owned(), level.to_owned(), meaning.to_owned()))
                }
                _ => None,
            })
            .collect())
    }

    #[test]
    fn the_guide_lists_every_kind_as_it_is() -> std::io::Result<()> {
        let kinds: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| (kind.name().to_owned(), kind.level().to_string(), kind.meaning().to_owned()))
            .collect();
        assert_eq!(guide()?, kinds);
        Ok(())
    }

    #[test]
    fn each_kind_has_a_name_of_its_own() {
        let names: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        assert!(names.len() >= 40);
    }
}
