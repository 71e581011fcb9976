namespace AgentRuntime.Cli.Output;

/// <summary>A piece of a line or a cell of a table. Control characters in it are shown as spaces, so content cannot drive a terminal.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tone">What it means.</param>
internal readonly record struct Piece(string Text, Tone Tone = Tone.Normal)
{
    /// <summary>The text without characters that would steer a terminal: controls, line separators, and marks that change the direction of the text.</summary>
    public string Clean => Text.Any(Steers) ? string.Concat(Text.Select(c => Steers(c) ? ' ' : c)) : Text;

    private static bool Steers(char c) => char.IsControl(c) || c is (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c';

    public static implicit operator Piece(string? text) => new(text ?? string.Empty);
}
