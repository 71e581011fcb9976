using System.Text.Json;

namespace AgentRuntime.Scrubbing;

/// <summary>Text from outside that may hold a secret. It has no readable member: the only way to its content is through <see cref="IScrubber"/>.</summary>
/// <param name="text">The text, whole: a text that was cut before it is scrubbed may end with a piece of a value that is too short to be known.</param>
/// <param name="maxLength">The greatest length of the scrubbed text, in characters; the rest is replaced by three points.</param>
public readonly struct UntrustedText(string text, int maxLength = int.MaxValue)
{
    internal string Text { get; } = text;

    internal int MaxLength { get; } = maxLength;

    /// <summary>Never the text.</summary>
    public override string ToString() => "[untrusted text]";
}

/// <summary>JSON from outside that may hold a secret. It has no readable member: the only way to its content is through <see cref="IScrubber"/>.</summary>
public readonly struct UntrustedJson(JsonElement element)
{
    internal JsonElement Element { get; } = element;

    /// <summary>Never the JSON.</summary>
    public override string ToString() => "[untrusted json]";
}
