//! The analog filters at rest, for the tests and for `cargo xtask plots`.

pub(crate) type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn over(a: Complex, b: Complex) -> Complex {
    let size = b.0 * b.0 + b.1 * b.1;
    let (real, imaginary) = times(a, (b.0, -b.1));
    (real / size, imaginary / size)
}

/// The response of the Cookbook's analog filters at `s` = i · `x`, x = f / f₀.
pub(crate) fn analog(shape: usize, gain: f64, q: f64, x: f64) -> Complex {
    let a = 10.0_f64.powf(gain / 40.0);
    let polynomial = |second: f64, first: f64, none: f64| (none - second * x * x, first * x);
    let root = a.sqrt() / q;
    let (up, down, scale) = match shape {
        0 => (polynomial(1.0, a / q, 1.0), polynomial(1.0, 1.0 / (a * q), 1.0), 1.0),
        1 => (polynomial(1.0, root, a), polynomial(a, root, 1.0), a),
        2 => (polynomial(a, root, 1.0), polynomial(1.0, root, a), a),
        _ => (polynomial(1.0, 0.0, 1.0), polynomial(1.0, 1.0 / q, 1.0), 1.0),
    };
    let (real, imaginary) = over(up, down);
    (scale * real, scale * imaginary)
}

pub(crate) fn decibels((real, imaginary): Complex) -> f64 {
    10.0 * (real * real + imaginary * imaginary).log10()
}
