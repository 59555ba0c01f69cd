//! What was measured, in lines to read.

/// Prints the rates of both sides, and their ratio.
pub fn report(writers: usize, engine: &str, port: Vec<f64>, bare: Vec<f64>) {
    let (port, bare) = (Figures::of(port), Figures::of(bare));
    println!("{writers:>4} writers  {engine}, port  {port}");
    println!("{writers:>4} a commit {engine}, bare  {bare}");
    println!("              ratio        {:.2}", port.median / bare.median);
}

struct Figures {
    min: f64,
    median: f64,
    max: f64,
}

impl Figures {
    fn of(mut rates: Vec<f64>) -> Self {
        rates.sort_by(f64::total_cmp);
        Self {
            min: rates[0],
            median: rates[rates.len() / 2],
            max: rates[rates.len() - 1],
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.0} / {:>8.0} / {:>8.0}", self.min, self.median, self.max)
    }
}
