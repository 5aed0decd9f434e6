package slipway.launcher;

/// How a command answers: for a person, or for a program.
enum Output {
    TABLE,
    JSON
}
