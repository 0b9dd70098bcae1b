//! The parts of TypeScript that are read: expressions, objects, patterns and functions.

/// An expression, as far as it was read.
#[derive(Debug, Clone)]
pub enum Expr {
    Text(String),
    Number(String),
    Bool(bool),
    /// `null` and `undefined`.
    Null,
    Template(Vec<(String, Option<Expr>)>),
    Name(String),
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, Vec<Expr>),
    Object(Vec<Entry>),
    List(Vec<Expr>),
    Spread(Box<Expr>),
    Not(Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    Function(Box<Function>),
    /// Something that is not read.
    Other,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name; `None` for what is spread.
    pub key: Option<Expr>,
    pub value: Expr,
    /// Its text in the source.
    pub text: String,
}

impl Entry {
    /// Returns its name if that is a constant.
    pub fn name(&self) -> Option<&str> {
        if let Some(Expr::Text(name)) = &self.key { Some(name) } else { None }
    }
}

/// Returns the value of the first member of this name.
pub fn member<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Expr> {
    entries.iter().find(|entry| entry.name() == Some(name)).map(|entry| &entry.value)
}

/// The left side of a declaration, or a parameter.
#[derive(Debug, Clone)]
pub enum Pattern {
    Name(String),
    /// Members by name, and the local name of each.
    Members(Vec<(String, String)>),
    /// Items by place, and the local name of each.
    Items(Vec<(usize, String)>),
    Other,
}

impl Pattern {
    /// Returns the names that it declares, each with what it stands for of this value.
    pub fn declares(self, value: Expr) -> Vec<(Self, Expr)> {
        let Self::Items(items) = self else { return vec![(self, value)] };
        let item = |(at, name): (usize, String)| {
            let at = Box::new(Expr::Number(at.to_string()));
            (Self::Name(name), Expr::Index(Box::new(value.clone()), at))
        };
        items.into_iter().map(item).collect()
    }
}

/// A function.
#[derive(Debug, Clone, Default)]
pub struct Function {
    pub parameters: Vec<Pattern>,
    /// Declarations in its body.
    pub locals: Vec<(Pattern, Expr)>,
    /// The expressions that it returns, in order.
    pub returns: Vec<Expr>,
    /// Its place in the tokens of the file.
    pub range: (usize, usize),
}

/// A name that a file imports.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The module, as the file writes it.
    pub module: String,
    /// The name there.
    pub name: String,
}
