using System.Text.Json;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Composition;

/// <summary>The JSON Schemas that Core carries.</summary>
internal static class SchemaFiles
{
    private const string Prefix = "schemas/";
    private const string Suffix = ".json";

    /// <summary>File names, such as <c>workflow.v1.json</c>, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(SecretValue).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The short names, such as <c>workflow</c>.</summary>
    public static IReadOnlyList<string> ShortNames { get; } = [.. Names.Select(name => name.Split('.')[0]).Distinct(StringComparer.Ordinal)];

    /// <summary>The file for <c>workflow</c>, <c>workflow.v1</c> or <c>workflow.v1.json</c>; the newest version when none is named.</summary>
    public static string? Find(string name) =>
        Names.LastOrDefault(file => file == name || file == name + Suffix || file.Split('.')[0] == name);

    /// <summary>The bytes of a schema.</summary>
    public static byte[] Read(string file)
    {
        using var stream = typeof(SecretValue).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new FileNotFoundException($"There is no schema {file}.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The schema as JSON.</summary>
    public static JsonElement Parse(string file)
    {
        using var document = JsonDocument.Parse(Read(file));
        return document.RootElement.Clone();
    }
}
