using System.Text.Json;
using System.Text.Json.Nodes;
using AgentRuntime.TestKit;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

/// <summary>Exchanges that were recorded with a real server: <c>tests/fixtures/vault</c>.</summary>
internal sealed record Transcript(string Name, string Method, string Path, IReadOnlyDictionary<string, string> RequestHeaders, JsonNode? RequestBody, int Status, IReadOnlyDictionary<string, string> ResponseHeaders, JsonNode? ResponseBody)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    /// <summary>When it was answered.</summary>
    public DateTimeOffset Date => DateTimeOffset.Parse(ResponseHeaders["Date"], System.Globalization.CultureInfo.InvariantCulture);

    public static IReadOnlyList<Transcript> Read(string file) =>
        [.. File.ReadLines(PathOf(file)).Select(line => JsonSerializer.Deserialize<Transcript>(line, Options)!)];

    public static Transcript Find(string file, string name) => Read(file).Single(one => one.Name == name);

    public static string PathOf(string file) => System.IO.Path.Combine(TestEnvironment.RepositoryRoot, "tests", "fixtures", "vault", file);

    public override string ToString() => Name;
}
