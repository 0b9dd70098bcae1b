//! Items that the derives' expansions call, and nothing else.

pub use crate::class;
pub use crate::config::{
    Alternative, Choice, Config, ConfigAlternatives, ConfigField, ConfigItem, ConfigKind, ConfigMeta,
    ConfigProblem, ConfigValue, GivenAlternatives, check_config_allow, check_config_default,
    check_config_field, check_config_names, choose, join_config_fields, read_alternatives, read_field,
};
pub use crate::error::{Error, Result};
pub use crate::graph::property::{
    Absence, Checked, PropertySpec, check_allow, check_class, check_flat_allow, check_flat_names,
    check_flat_values, check_length, check_name, check_named, check_target_value, check_truncate,
    check_unique, check_value, flat_defs, flat_specs, joined, mapped,
};
pub use crate::graph::{
    AllEmittedBy, BesideTheVerb, BoxFuture, Edge, EmittedBy, Emitter, End, Entity, EntityMeta, ExpectedBy,
    Fact, Far, FieldSpec, FoundBy, HoldsDate, Item, Key, KeyPart, KeyWriter, Kind, ListOfOne, LooksUp,
    LookupMeta, Mapped, MappedEnd, Millis, Near, NoList, Object, ObjectMeta, ObjectWriter, OnRelationship,
    Owned, Properties, Property, RawData, RawSpec, ReadBy, Rfc3339, Seconds, Swapped, TAGS, Tags, Target,
    TargetMeta, Type, Value, ValueWriter, Written, check_held, each_text,
};
pub use crate::integration::{Duplicates, EncodedObject, Integration, Verdict};
pub use crate::model::{Class, ClassDef, PropertyDef};
pub use crate::step::{
    Cut, Enabled, Job, Outcome, Phase, ReadMeta, Runner, Source, Step, StepFor, StepMeta, Switch, check_cut,
    check_emitter, check_retired, check_sharded, check_step, emits_before, functions, is_emitted, is_gone,
    is_read, needs_of, order, phases,
};

/// The outcome of a stream that reached its declared end, read in this step; `None` if it belongs to no step, and then it
/// proves nothing. For page streams.
pub fn proven(marks: Option<&crate::report::Marks>) -> Outcome {
    Outcome::proven(marks)
}

/// The kind of the values that a method of `S` returns.
#[must_use]
pub const fn kind_of<S: 'static, T: Value>(_: fn(&'static S) -> T) -> Kind {
    T::KIND
}

/// Any type, as far as nothing says that a list of steps names it: one that is not a step has an error of its own.
pub trait NotListed {
    /// Found after that of a step.
    #[allow(non_upper_case_globals, reason = "rustc prints the name for a step that no list of steps names")]
    const named_in_steps: () = ();
}

impl<T: ?Sized> NotListed for T {}

/// Facts about the values of `T`; none if no property can hold one, so that only the place where such
/// a value is written is an error.
pub struct Probe<T>(core::marker::PhantomData<T>);

impl<T: Value> Probe<T> {
    /// The kind of a value that properties can hold, found before that of [`NoValue`].
    pub const KIND: Kind = T::KIND;
}

/// Any type, as far as nothing is known of it.
pub trait NoValue {
    /// No kind.
    const KIND: Kind = Kind::NONE;
}

impl<T> NoValue for Probe<T> {}

/// Facts about `T` as a part of a key; none if it cannot be one.
pub struct KeyProbe<T>(core::marker::PhantomData<T>);

impl<T: KeyPart> KeyProbe<T> {
    /// Found before that of [`NoKeyPart`].
    pub const MIN_CHARS: Option<usize> = T::MIN_CHARS;
}

/// Any type, as far as nothing is known of it as a part of a key.
pub trait NoKeyPart {
    /// It is not known.
    const MIN_CHARS: Option<usize> = None;
}

impl<T> NoKeyPart for KeyProbe<T> {}

/// Facts about `T` as the type of a configuration field; none if no variable carries one, so that only the
/// place where it is read is an error.
pub struct ConfigProbe<T>(core::marker::PhantomData<T>);

impl<T: ConfigValue> ConfigProbe<T> {
    /// Found before that of [`NoConfigValue`].
    pub const META: ConfigMeta = ConfigMeta::new::<T>();
}

/// Any type, as far as nothing is known of it as that of a configuration field.
pub trait NoConfigValue {
    /// Nothing.
    const META: ConfigMeta = ConfigMeta::UNKNOWN;
}

impl<T> NoConfigValue for ConfigProbe<T> {}

/// The fields of `T` where it is an enum of alternatives; none where it is not, so that only the place where it is
/// read is an error.
pub struct AlternativesProbe<T>(core::marker::PhantomData<T>);

impl<T: ConfigAlternatives> AlternativesProbe<T> {
    /// Found before that of [`NoAlternatives`].
    pub const FIELDS: &'static [ConfigField] = T::FIELDS;
}

/// Any type, as far as nothing is known of its alternatives.
pub trait NoAlternatives {
    /// None.
    const FIELDS: &'static [ConfigField] = &[];
}

impl<T> NoAlternatives for AlternativesProbe<T> {}

/// Writes one property; a function of its own so that a value the graph cannot hold is underlined where its
/// type is written.
pub fn put<T: Value + ?Sized>(out: &mut ObjectWriter, spec: &'static PropertySpec, value: &T) {
    out.property(spec, value);
}

/// Writes one property that holds a date in another form.
pub fn put_date<T: HoldsDate<F> + ?Sized, F>(out: &mut ObjectWriter, spec: &'static PropertySpec, value: &T) {
    out.property(spec, &Written::<T, F>::new(value));
}

/// Facts about the values of tags.
pub enum AnyTag {}

impl Value for AnyTag {
    const KIND: Kind = {
        use crate::model::Types;
        Kind::new(Types::any(&[Types::STRING, Types::NUMBER, Types::BOOLEAN])).optional()
    };

    fn write(&self, _: &mut ValueWriter<'_, '_>) {
        match *self {}
    }
}

/// Writes the tags of an entity that has these properties of its own.
pub fn put_tags<T: Tags>(out: &mut ObjectWriter, own: &'static [PropertySpec], tags: &T) {
    out.tags(own, tags);
}

/// A struct whose fields are properties, for `#[j1(flatten)]`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0202] `{Self}` is not a struct of properties",
    label = "its fields cannot become properties",
    note = "derive it where the struct is written: `#[derive(J1Properties)]`"
)]
pub trait Flat {
    /// Writes the fields as these properties.
    fn write_flat(&self, properties: &'static [PropertySpec], out: &mut ObjectWriter);
}

#[diagnostic::do_not_recommend]
impl<T: Properties> Flat for T {
    fn write_flat(&self, properties: &'static [PropertySpec], out: &mut ObjectWriter) {
        self.write(properties, out);
    }
}

/// Writes the fields of a nested struct; what is not there is absent field by field.
pub fn put_flat<T: Flat>(out: &mut ObjectWriter, properties: &'static [PropertySpec], value: Option<&T>) {
    match value {
        Some(value) => value.write_flat(properties, out),
        None => properties.iter().for_each(|spec| out.property(spec, &None::<bool>)),
    }
}

/// The fields of `T` where it is a struct of properties; none where it is not, so that only the place where it is
/// written is an error.
pub struct FlatProbe<T>(core::marker::PhantomData<T>);

impl<T: Properties> FlatProbe<T> {
    /// Found before that of [`NoFields`].
    pub const FIELDS: &'static [FieldSpec] = T::FIELDS;
}

/// Any type, as far as nothing is known of its fields.
pub trait NoFields {
    /// None.
    const FIELDS: &'static [FieldSpec] = &[];
}

impl<T> NoFields for FlatProbe<T> {}

/// The properties of `T` where it is a relationship; none where it is not.
pub struct EdgeProbe<T>(core::marker::PhantomData<T>);

impl<T: Edge> EdgeProbe<T> {
    /// Found before that of [`NoEdge`].
    pub const PROPERTIES: core::marker::PhantomData<T::Properties> = core::marker::PhantomData;
}

impl<T: Edge> EdgeProbe<Mapped<T>> {
    /// Found before that of [`NoEdge`].
    pub const PROPERTIES: core::marker::PhantomData<T::Properties> = core::marker::PhantomData;
}

/// Any type, as far as nothing is known of its properties.
pub trait NoEdge {
    /// None.
    const PROPERTIES: core::marker::PhantomData<()> = core::marker::PhantomData;
}

impl<T> NoEdge for EdgeProbe<T> {}

/// The text that a variant of an enum holds.
#[diagnostic::on_unimplemented(
    message = "[J1-E0202] a variant of an enum of words cannot hold `{Self}`",
    label = "a variant holds one text, or nothing",
    note = "write the word with `#[j1(rename = \"..\")]`, or send nothing with `#[j1(skip)]`"
)]
pub trait HeldText {
    /// The text.
    fn held_text(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str> + ?Sized> HeldText for T {
    fn held_text(&self) -> &str {
        self.as_ref()
    }
}

/// The text that a variant of an enum holds; a function of its own so that anything else is underlined where its
/// type is written.
pub fn held_text<T: HeldText + ?Sized>(text: &T) -> &str {
    text.held_text()
}

/// Writes one field of a key, underlining its type where it cannot be part of one.
pub fn key_part<T: KeyPart + ?Sized>(part: &T) -> &T::Borrowed {
    part.borrow_part()
}

/// A field's value that can identify the other end of a relationship: one that can be part of a key.
#[diagnostic::on_unimplemented(
    message = "[J1-E0508] `{Self}` does not identify the other end of this relationship",
    label = "a key is made of strings, integers and UUIDs",
    note = "name the part of the value that identifies it: `relationship(.., key = id)`"
)]
pub trait Foreign {
    /// The borrowed form that a key is made from.
    type Id: ?Sized;

    /// The id, if there is one.
    fn foreign_id(&self) -> Option<&Self::Id>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart + ?Sized> Foreign for T {
    type Id = T::Borrowed;

    fn foreign_id(&self) -> Option<&T::Borrowed> {
        Some(self.borrow_part())
    }
}

/// A part of a value that a provider may leave out. Without it, no relationship is added.
#[diagnostic::do_not_recommend]
impl<T: KeyPart> Foreign for Option<T> {
    type Id = T::Borrowed;

    fn foreign_id(&self) -> Option<&T::Borrowed> {
        self.as_ref().map(KeyPart::borrow_part)
    }
}

/// A value that the key of an entity can be made of, if that is made of an `Id`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0508] this field does not identify the other end of the relationship",
    label = "the field holds a `{Self}`, and the key of the other end is made of `{Id}`",
    note = "give both fields one type; where the key is made of several fields, add the relationship in the step"
)]
pub trait Identifies<Id> {
    /// The id.
    fn id(self) -> Id;
}

impl<'a, T: ?Sized> Identifies<&'a T> for &'a T {
    fn id(self) -> Self {
        self
    }
}

impl<T: ?Sized> Identifies<AnyId> for &T {
    fn id(self) -> AnyId {
        AnyId
    }
}

/// Returns the id of the other end from a field's value, if there is one; a function of its own so that rustc knows its type.
pub fn foreign_id<F: Foreign + ?Sized>(value: &F) -> Option<&F::Id> {
    value.foreign_id()
}

/// Adds a relationship that a field declares: from the entity to the one whose id the field holds.
pub fn relate_to<'a, E, I>(from: &Key<E::From>, to: I, emitter: &mut Emitter) -> Result<()>
where
    E: Edge<Properties = ()> + Object<Added = ()>,
    E::To: Entity + 'a,
    I: Identifies<<E::To as Entity>::Id<'a>>,
{
    let to = Key::new(emitter.key_text::<E::To>(to.id()));
    E::between(from.clone(), to, ()).emit(emitter)
}

/// Adds a relationship that a field declares: to the entity from the one whose id the field holds.
pub fn relate_from<'a, E, I>(from: I, to: &Key<E::To>, emitter: &mut Emitter) -> Result<()>
where
    E: Edge<Properties = ()> + Object<Added = ()>,
    E::From: Entity + 'a,
    I: Identifies<<E::From as Entity>::Id<'a>>,
{
    let from = Key::new(emitter.key_text::<E::From>(from.id()));
    E::between(from, to.clone(), ()).emit(emitter)
}

/// A field's value that can be that of a field of a target.
#[diagnostic::on_unimplemented(
    message = "[J1-E0508] this field does not hold what the target is found by",
    label = "the field holds a `{Self}`, and this field of the target a `{T}`",
    note = "give both fields one type, or add the relationship in the step: `is(&user, person)`"
)]
pub trait FindsTarget<T> {
    /// The value for the target.
    fn for_target(&self) -> T;
}

#[diagnostic::do_not_recommend]
impl<F: Clone + Into<T>, T> FindsTarget<T> for F {
    fn for_target(&self) -> T {
        self.clone().into()
    }
}

/// A value for a field of a target, made from that of an entity's field; a function of its own so that a type that does not
/// fit is underlined where the field of the target is named.
pub fn target_value<F: FindsTarget<T>, T>(value: &F) -> T {
    value.for_target()
}

/// The id of an entity whose derive failed: anything will do, so that its uses are not errors as well.
pub struct AnyId;
