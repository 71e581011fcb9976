using System.Text.Json;
using System.Text.RegularExpressions;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Schemas;

/// <summary>Strings and numbers as JSON Schema sees them.</summary>
internal static class SchemaText
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>A pattern with a time limit. ECMA 262 syntax as far as .NET reads it.</summary>
    public static Regex? Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether it matches; a pattern that takes too long ends the whole check, which then does not pass.</summary>
    public static bool Matches(SchemaRun run, Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            run.GiveUp();
            return false;
        }
    }

    /// <summary>The length in Unicode characters.</summary>
    public static int Length(string text) => text.Length - text.Count(char.IsLowSurrogate);

    /// <summary>The text as JSON.</summary>
    public static JsonElement ToElement(string text) => JsonSerializer.SerializeToElement(text, TemplateJson.Default.String);

    /// <summary>Whether the number is whole; 1.0 is.</summary>
    public static bool IsWhole(JsonElement value) =>
        value.TryGetInt64(out _) || (value.TryGetDecimal(out var exact) ? decimal.IsInteger(exact) : value.TryGetDouble(out var real) && real == Math.Floor(real));

    /// <summary>Compares by value: exactly where both fit a decimal.</summary>
    public static int Compare(JsonElement a, JsonElement b) =>
        a.TryGetDecimal(out var x) && b.TryGetDecimal(out var y) ? x.CompareTo(y) : a.GetDouble().CompareTo(b.GetDouble());

    /// <summary>Whether the number is a multiple.</summary>
    public static bool IsMultiple(JsonElement value, JsonElement of)
    {
        if (value.TryGetDecimal(out var x) && of.TryGetDecimal(out var y) && y != 0)
        {
            return x % y == 0;
        }

        var quotient = value.GetDouble() / of.GetDouble();
        return double.IsFinite(quotient) && quotient == Math.Floor(quotient);
    }

    /// <summary>Whether the values are the same: numbers by value, members in any order.</summary>
    public static bool Same(JsonElement a, JsonElement b) => JsonElement.DeepEquals(a, b);
}
