//! The kinds of metrics, and how a room names its own: each with a sentence that says what it measures.

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// A distribution of sizes or durations.
    Histogram,
}

/// Makes a constant for each metric, and the list `ALL`.
#[macro_export]
macro_rules! metrics_by_name {
    ($($constant:ident, $name:expr, $kind:ident, $says:literal;)*) => {
        $(#[doc = $says] pub const $constant: &str = $name;)*
        /// Every metric of this room: name, kind, and a sentence that says what it measures.
        pub const ALL: &[(&str, $crate::metric::MetricKind, &str)] =
            &[$(($name, $crate::metric::MetricKind::$kind, $says)),*];
    };
}
