using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Composition;

/// <summary>The input of a run from <c>--input k=v</c> and <c>--input-file F</c>. Messages never quote a value.</summary>
internal static class RunInput
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The members of the file, then those of the options over them.</summary>
    /// <param name="pairs">Texts such as <c>customer=Brightwater</c>. A value is JSON where it reads as JSON, except where the schema says string.</param>
    /// <param name="file">A file with a JSON object, or <c>null</c>.</param>
    /// <param name="schema">The workflow's <c>input_schema</c>, or <c>null</c>.</param>
    /// <exception cref="CliException">Something is not JSON, names a member twice, or holds a text that is not Unicode.</exception>
    public static JsonElement Read(IReadOnlyList<string> pairs, string? file, JsonElement? schema)
    {
        var input = file is null ? new JsonObject() : ReadFile(file);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new CliException(ExitCode.BadInput, "bad_input_option", "An --input has no name: write --input name=value.");
            }

            var name = pair[..equals];
            input[name] = ValueOf(pair[(equals + 1)..], TakesString(schema, name));
        }

        try
        {
            using var document = JsonDocument.Parse(input.ToJsonString());
            return document.RootElement.Clone();
        }
        catch (InvalidOperationException)
        {
            throw new CliException(ExitCode.BadInput, "bad_input", "The input holds a text that is not Unicode: one half of a surrogate pair.");
        }
    }

    private static JsonObject ReadFile(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
            if (!Utf8.IsValid(text))
            {
                throw new CliException(ExitCode.BadInput, "bad_input_file", $"The input file {file} is not UTF-8.");
            }

            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject
                ?? throw new CliException(ExitCode.BadInput, "bad_input_file", $"The input file {file} does not hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new CliException(ExitCode.BadInput, "bad_input_file", string.Create(CultureInfo.InvariantCulture, $"The input file {file} is not valid JSON, or names a member twice, at line {exception.LineNumber + 1}."));
        }
    }

    private static JsonNode? ValueOf(string text, bool takesString)
    {
        if (takesString)
        {
            return JsonValue.Create(text);
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static bool TakesString(JsonElement? schema, string name) =>
        schema is { ValueKind: JsonValueKind.Object } known
        && known.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.Object
        && property.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "string";
}
