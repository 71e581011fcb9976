namespace AgentRuntime.Cli.Output;

/// <summary>A piece of a line or a cell of a table. Control characters in it are shown as spaces, so content cannot drive a terminal.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tone">What it means.</param>
internal readonly record struct Piece(string Text, Tone Tone = Tone.Normal)
{
    /// <summary>The text without control characters.</summary>
    public string Clean => Text.Any(char.IsControl) ? string.Concat(Text.Select(c => char.IsControl(c) ? ' ' : c)) : Text;

    public static implicit operator Piece(string? text) => new(text ?? string.Empty);
}
