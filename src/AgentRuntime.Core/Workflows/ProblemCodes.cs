namespace AgentRuntime.Workflows;

/// <summary>Every code of a <see cref="Problem"/>. Stable: programs depend on them, and <c>docs/diagnostics.md</c> explains each one.</summary>
public static partial class ProblemCodes
{
    /// <summary>The text is not JSON of the file's dialect.</summary>
    public const string Syntax = "syntax";

    /// <summary>The bytes are not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>A string escape gives half a surrogate pair.</summary>
    public const string InvalidString = "invalid_string";

    /// <summary>An object has the same member twice.</summary>
    public const string DuplicateKey = "duplicate_key";

    /// <summary>The document is larger than is accepted.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The document is nested deeper than is accepted.</summary>
    public const string TooDeep = "too_deep";

    /// <summary>A member that the format does not know.</summary>
    public const string UnknownMember = "unknown_member";

    /// <summary>A member that the format needs.</summary>
    public const string MissingMember = "missing_member";

    /// <summary>A value of another JSON type than the format says.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A number, a length or a count outside its limits.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>A word that is not one of the allowed words.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>A name that breaks the rule of names.</summary>
    public const string BadName = "bad_name";
}
