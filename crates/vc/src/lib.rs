//! vc
