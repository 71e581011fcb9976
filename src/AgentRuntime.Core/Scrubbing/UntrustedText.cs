using System.Text.Json;

namespace AgentRuntime.Scrubbing;

/// <summary>Text from outside that may hold a secret. It has no readable member: the only way to its content is through <see cref="IScrubber"/>.</summary>
public readonly struct UntrustedText(string text)
{
    internal string Text { get; } = text;

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
