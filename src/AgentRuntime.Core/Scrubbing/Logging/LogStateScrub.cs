using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace AgentRuntime.Scrubbing.Logging;

/// <summary>Scrubs what log entries and scopes carry.</summary>
internal static class LogStateScrub
{
    /// <summary>A state: its named values when it has such, else its text.</summary>
    public static object? State(IScrubber scrubber, object? state)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> values)
        {
            return Value(scrubber, state);
        }

        var scrubbed = values.Select(pair => new KeyValuePair<string, object?>(scrubber.Scrub(pair.Key), Value(scrubber, pair.Value))).ToArray();
        return new ScrubbedState(scrubbed, scrubber.Scrub(state.ToString() ?? string.Empty));
    }

    private static object? Value(IScrubber scrubber, object? value) => value switch
    {
        null or bool or byte or sbyte or short or ushort or int or uint or float or double or DateTime or DateTimeOffset or TimeSpan or Enum => value,
        string text => scrubber.Scrub(text),
        ScrubbedText or ScrubbedJson => value.ToString(),
        JsonElement json => scrubber.Scrub(json).ToString(),
        Exception exception => ScrubbedException.Of(scrubber, exception),
        byte[] bytes => scrubber.Scrub(System.Text.Encoding.UTF8.GetString(bytes)),
        IDictionary entries => scrubber.Scrub(string.Join(", ", entries.Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}"))),
        IEnumerable items => items.Cast<object?>().Select(item => Value(scrubber, item)).ToArray(),
        _ => Other(scrubber, value),
    };

    // A clean value of another type keeps its type, so that a provider formats it as it likes; its text is all that a provider can print of it.
    private static object Other(IScrubber scrubber, object value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
        var clean = scrubber.Scrub(text);
        return value is long or ulong or decimal or Guid && ReferenceEquals(clean, text) ? value : clean;
    }
}
