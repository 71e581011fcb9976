using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>One request as the fake vault understood it.</summary>
public sealed record FakeRequest(string Id, string Operation, string Path, JsonObject Body)
{
    /// <summary>The token's text as it was sent, or <c>null</c>.</summary>
    public string? TokenText { get; init; }

    /// <summary>The token, when it is a good one.</summary>
    public FakeToken? Token { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <summary>The name in the client's certificate, or <c>null</c>.</summary>
    public string? CertificateName { get; init; }

    /// <summary>The protocol, such as <c>HTTP/2</c>.</summary>
    public string Protocol { get; init; } = string.Empty;

    /// <summary>The segments of the path.</summary>
    public string[] Segments => Path.Split('/');

    public string? Text(string name) => Body[name] is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToString() : null;

    public string[] Texts(string name) => Body[name] is JsonArray array ? [.. array.Select(item => item!.ToString())] : [];

    public bool? Flag(string name) => Body[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public int? Number(string name) => Body[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    /// <summary>A duration: a number of seconds, or a text such as <c>60s</c>, <c>2m</c>, <c>1h</c>.</summary>
    public TimeSpan? Duration(string name) => Text(name) is { Length: > 0 } text ? FakeDuration.Parse(text) : null;

    public override string ToString() => $"{Operation} {Path}";
}

internal static class FakeDuration
{
    public static TimeSpan Parse(string text) => text[^1] switch
    {
        's' => TimeSpan.FromSeconds(int.Parse(text[..^1])),
        'm' => TimeSpan.FromMinutes(int.Parse(text[..^1])),
        'h' => TimeSpan.FromHours(int.Parse(text[..^1])),
        _ => TimeSpan.FromSeconds(int.Parse(text)),
    };
}
