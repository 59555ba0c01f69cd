//! The rest of the commands, on their way into rooms of their own.
