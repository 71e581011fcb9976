using System.Text.Json;

namespace AgentRuntime.TestKit.Aws;

/// <summary>A request to <see cref="FakeSecrets"/>.</summary>
internal sealed class FakeRequest(string operation, byte[] body)
{
    private readonly JsonElement _json = Parse(body);

    public string Operation => operation;

    /// <summary>The secret that is meant.</summary>
    public string? Name => Text("SecretId") ?? Text("Name");

    public string? Text(string member) => _json.TryGetProperty(member, out var value) ? value.GetString() : null;

    public bool Has(string member) => _json.TryGetProperty(member, out _);

    public int Number(string member) => _json.TryGetProperty(member, out var value) ? value.GetInt32() : 0;

    public IReadOnlyList<string> Texts(string member) => _json.TryGetProperty(member, out var value) ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : [];

    /// <summary>The beginning of names that a list is limited to.</summary>
    public string NameFilter() => _json.TryGetProperty("Filters", out var filters) ? filters[0].GetProperty("Values")[0].GetString()! : string.Empty;

    private static JsonElement Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}
