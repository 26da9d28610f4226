//! What is written is read back whole, and nothing else is believed.

mod world;

mod round_trip;

mod roots;

mod corruption;

mod names;
