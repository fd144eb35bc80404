//! The binary as its users meet it: real processes, real files, and what they answer.

mod cli {
    pub mod bake;
    pub mod config;
    pub mod demo;
    pub mod help;
    pub mod keeping;
    pub mod run;
    pub mod verify;
}
