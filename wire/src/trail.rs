//! Values of this area.
