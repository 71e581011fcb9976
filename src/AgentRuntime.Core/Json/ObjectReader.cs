using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Json;

/// <summary>Reads the members of one JSON object and collects every problem. Not thread-safe.</summary>
/// <remarks>
/// Each member that is asked for becomes a known member; <see cref="Done"/> reports the others. For optional members JSON <c>null</c> is the same as
/// leaving them out. A method that reports a problem returns <c>null</c>, so a caller can go on and find more. Messages never quote a value.
/// </remarks>
public sealed class ObjectReader
{
    private readonly ICollection<Problem> _problems;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _open;

    /// <summary>Reads <paramref name="element"/>, which must be an object of <paramref name="source"/>.</summary>
    public ObjectReader(JsonSource source, JsonElement element, string pointer, ICollection<Problem> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException("An object reader reads an object.", nameof(element));
        }

        Source = source;
        Element = element;
        Pointer = pointer;
        _problems = problems;
    }

    /// <summary>The document.</summary>
    public JsonSource Source { get; }

    /// <summary>The object.</summary>
    public JsonElement Element { get; }

    /// <summary>The object's place.</summary>
    public string Pointer { get; }

    /// <summary>A reader of a value that must be an object; reports <c>wrong_type</c> and gives <c>null</c> otherwise.</summary>
    /// <param name="source">The document.</param>
    /// <param name="element">The value.</param>
    /// <param name="pointer">Its place.</param>
    /// <param name="what">What the value is, for the message, such as <c>A step</c>.</param>
    /// <param name="problems">Where problems are added.</param>
    public static ObjectReader? TryOpen(JsonSource source, JsonElement element, string pointer, string what, ICollection<Problem> problems)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new ObjectReader(source, element, pointer, problems);
        }

        problems.Add(source.ProblemAt(pointer, ProblemCodes.WrongType, $"{what} is an object, not {JsonWords.Kind(element)}.", "Write { ... }."));
        return null;
    }

    /// <summary>The place of a member.</summary>
    public string PointerOf(string name) => JsonPointer.Append(Pointer, name);

    /// <summary>Whether the member is there, also as <c>null</c>. Makes it known.</summary>
    public bool Has(string name)
    {
        _known.Add(name);
        return Element.TryGetProperty(name, out _);
    }

    /// <summary>Accepts a member whatever it holds.</summary>
    public void Ignore(string name) => _known.Add(name);

    /// <summary>The member's value, or <c>null</c> when it is absent or JSON null.</summary>
    public JsonElement? OptionalValue(string name)
    {
        _known.Add(name);
        return Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>The member's value; reports <c>missing_member</c> when it is absent or JSON null.</summary>
    public JsonElement? RequiredValue(string name)
    {
        var value = OptionalValue(name);
        if (value is null)
        {
            ReportMissing(name);
        }

        return value;
    }

    /// <summary>A string.</summary>
    public string? OptionalString(string name) => OptionalValue(name) is { } value ? AsString(name, value) : null;

    /// <summary>A string that must be there and not be empty.</summary>
    public string? RequiredString(string name)
    {
        if (RequiredValue(name) is not { } value || AsString(name, value) is not { } text)
        {
            return null;
        }

        if (text.Length == 0)
        {
            Report(name, ProblemCodes.OutOfRange, $"'{name}' is empty.", $"Give '{name}' a value.");
            return null;
        }

        return text;
    }

    /// <summary>A boolean.</summary>
    public bool? OptionalBool(string name)
    {
        if (OptionalValue(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        ReportType(name, value, "true or false");
        return null;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int? OptionalInt(string name, int min = int.MinValue, int max = int.MaxValue)
    {
        if (OptionalValue(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            ReportType(name, value, "a whole number");
            return null;
        }

        if (!value.TryGetDouble(out var real) || real != Math.Floor(real))
        {
            Report(name, ProblemCodes.WrongType, $"'{name}' is a whole number.", $"Write a whole number from {min} to {max}.");
            return null;
        }

        if (real < min || real > max)
        {
            Report(name, ProblemCodes.OutOfRange, $"'{name}' is outside {min} to {max}.", $"Write a whole number from {min} to {max}.");
            return null;
        }

        return (int)real;
    }

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public double? OptionalNumber(string name, double min = double.MinValue, double max = double.MaxValue)
    {
        if (OptionalValue(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            ReportType(name, value, "a number");
            return null;
        }

        if (!value.TryGetDouble(out var real) || !double.IsFinite(real) || real < min || real > max)
        {
            var range = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{min} to {max}");
            Report(name, ProblemCodes.OutOfRange, $"'{name}' is outside {range}.", $"Write a number from {range}.");
            return null;
        }

        return real;
    }

    /// <summary>An object.</summary>
    public ObjectReader? OptionalObject(string name)
    {
        if (OptionalValue(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new ObjectReader(Source, value, PointerOf(name), _problems);
        }

        ReportType(name, value, "an object");
        return null;
    }

    /// <summary>A reader of a value inside this object, which must be an object.</summary>
    public ObjectReader? TryOpenMember(JsonElement value, string pointer, string what) => TryOpen(Source, value, pointer, what, _problems);

    /// <summary>An object that must be there.</summary>
    public ObjectReader? RequiredObject(string name) => RequiredValue(name) is null ? null : OptionalObject(name);

    /// <summary>The items of an array, each with its place.</summary>
    public IReadOnlyList<(JsonElement Element, string Pointer)>? OptionalArray(string name)
    {
        if (OptionalValue(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            ReportType(name, value, "an array");
            return null;
        }

        var pointer = PointerOf(name);
        return [.. value.EnumerateArray().Select((item, index) => (item, JsonPointer.Append(pointer, index)))];
    }

    /// <summary>The items of an array that must be there.</summary>
    public IReadOnlyList<(JsonElement Element, string Pointer)>? RequiredArray(string name) => RequiredValue(name) is null ? null : OptionalArray(name);

    /// <summary>An array of strings.</summary>
    public IReadOnlyList<string>? OptionalStrings(string name)
    {
        if (OptionalArray(name) is not { } items)
        {
            return null;
        }

        var texts = new List<string>();
        foreach (var (item, pointer) in items)
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
            }
            else
            {
                ReportAt(pointer, ProblemCodes.WrongType, $"An item of '{name}' is a string, not {JsonWords.Kind(item)}.", "Write \"...\".");
            }
        }

        return texts.Count == items.Count ? texts : null;
    }

    /// <summary>One of a few words.</summary>
    public T? OptionalEnum<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (OptionalString(name) is not { } text)
        {
            return null;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        ReportUnknownWord(name, text, words.Keys);
        return null;
    }

    /// <summary>One of a few words, which must be there.</summary>
    public T? RequiredEnum<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct => RequiredValue(name) is null ? null : OptionalEnum(name, words);

    /// <summary>Says that a word is not one of the allowed words.</summary>
    public void ReportUnknownWord(string name, string text, IEnumerable<string> words)
    {
        var allowed = words.Order(StringComparer.Ordinal).ToList();
        var meant = Spelling.Nearest(text, allowed) is { } near ? $"Did you mean \"{near}\"? " : string.Empty;
        Report(name, ProblemCodes.UnknownValue, $"'{name}' is not one of the allowed words.", $"{meant}Allowed: {string.Join(", ", allowed)}.");
    }

    /// <summary>A name by the rule of <see cref="Name"/>.</summary>
    public string? OptionalName(string name) => OptionalString(name) is { } text && CheckName(text, PointerOf(name), $"'{name}'") ? text : null;

    /// <summary>A name by the rule of <see cref="Name"/>, which must be there.</summary>
    public string? RequiredName(string name) => RequiredValue(name) is null ? null : OptionalName(name);

    /// <summary>Checks a text by the rule of <see cref="Name"/>; reports <c>bad_name</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pointer">Its place.</param>
    /// <param name="what">What it is, for the message, such as <c>'name'</c> or <c>A tool name</c>.</param>
    /// <param name="key">Whether it is a member's name.</param>
    public bool CheckName([NotNullWhen(true)] string? text, string pointer, string what, bool key = false)
    {
        if (Name.IsValid(text))
        {
            return true;
        }

        ReportAt(
            pointer,
            ProblemCodes.BadName,
            $"{what} is not a well-formed name.",
            $"Use 1 to {Name.MaxLength} of a-z A-Z 0-9 _ - . and begin with a letter or digit; '..' is not allowed.",
            key);
        return false;
    }

    /// <summary>All members with their places, for objects that are maps. Makes every member known.</summary>
    public IEnumerable<(string Name, JsonElement Value, string Pointer)> Members()
    {
        _open = true;
        foreach (var member in Element.EnumerateObject())
        {
            yield return (member.Name, member.Value, PointerOf(member.Name));
        }
    }

    /// <summary>Reports a problem with a member's value, or with this object when the member is absent.</summary>
    public void Report(string name, string code, string message, string fix, bool key = false) =>
        ReportAt(Element.TryGetProperty(name, out _) ? PointerOf(name) : Pointer, code, message, fix, key);

    /// <summary>Reports a problem at any place of the document.</summary>
    public void ReportAt(string pointer, string code, string message, string fix, bool key = false) =>
        _problems.Add(Source.ProblemAt(pointer, code, message, fix, key));

    /// <summary>Reports a member that must be there and is not.</summary>
    public void ReportMissing(string name) =>
        ReportAt(Pointer, ProblemCodes.MissingMember, $"'{name}' is missing.", $"Add \"{name}\".");

    /// <summary>Reports every member that nobody asked for.</summary>
    public void Done()
    {
        if (_open)
        {
            return;
        }

        foreach (var member in Element.EnumerateObject().Where(member => !_known.Contains(member.Name)))
        {
            var meant = Spelling.Nearest(member.Name, _known) is { } near
                ? $"Did you mean \"{near}\"?"
                : $"Remove it. Known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.";
            ReportAt(PointerOf(member.Name), ProblemCodes.UnknownMember, $"{Capital(PrintableName.Quote(member.Name))} is not known here.", meant, key: true);
        }
    }

    private static string Capital(string text) => string.Concat(char.ToUpperInvariant(text[0]).ToString(), text.AsSpan(1));

    private string? AsString(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        ReportType(name, value, "a string");
        return null;
    }

    private void ReportType(string name, JsonElement value, string expected) =>
        Report(name, ProblemCodes.WrongType, $"'{name}' is {expected}, not {JsonWords.Kind(value)}.", $"Give '{name}' {expected}.");
}
