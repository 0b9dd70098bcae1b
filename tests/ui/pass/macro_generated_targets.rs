use j1::prelude::*;

macro_rules! described {
    ($target:ident $class:ident { $($field:ident: $ty:ty),* } $words:ident { $($word:ident),* } $props:ident) => {
        #[derive(J1Target)]
        #[j1(class = $class, filter(_class, email), skip_target_creation = true)]
        pub struct $target {
            pub email: String,
            $(pub $field: $ty,)*
        }

        #[derive(J1Enum)]
        pub enum $words {
            $($word,)*
            Other(String),
        }

        #[derive(J1Properties)]
        pub struct $props {
            pub out: $words,
            $(pub $field: $ty,)*
        }
    };
}

described!(Human Person { value: u32, spec: Option<String> } Kind2 { Staff, Guest } Membership);

fn main() {}
