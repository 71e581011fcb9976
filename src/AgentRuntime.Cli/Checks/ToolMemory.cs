using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentRuntime.Tools;

namespace AgentRuntime.Cli.Checks;

/// <summary>Remembers a digest of each tool's schema from the last check, in <c>.agentruntime/tools/SERVER.json</c>. No text of a server is kept: a name stands there as its digest too, because a server may put anything into it.</summary>
internal static class ToolMemory
{
    /// <summary>The tools whose digest differs from the remembered one; then remembers these.</summary>
    public static IReadOnlyList<string> Exchange(string stateFolder, string server, IEnumerable<ListedTool> listed)
    {
        var folder = Path.Combine(stateFolder, "tools");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{server}.json");
        var before = Read(file);
        var now = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var changed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tool in listed)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tool.Name)));
            now[name] = DigestOf(tool);
            if (before.TryGetValue(name, out var old) && old != now[name])
            {
                changed.Add(tool.Name);
            }
        }

        Write(file, now);
        return [.. changed];
    }

    private static string DigestOf(ListedTool tool)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue($"{tool.ReadOnlyHint} {tool.IdempotentHint}");
            tool.InputSchema?.WriteTo(json);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static Dictionary<string, string> Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString() ?? string.Empty, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or JsonException or InvalidOperationException or ArgumentException)
        {
            // Nothing remembered, or not readable: then nothing can be said to have changed.
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }

    private static void Write(string file, SortedDictionary<string, string> digests)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach (var (tool, digest) in digests)
            {
                json.WriteString(tool, digest);
            }

            json.WriteEndObject();
        }

        File.WriteAllBytes(file, buffer.ToArray());
    }
}
