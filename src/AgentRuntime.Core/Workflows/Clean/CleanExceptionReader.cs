using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Reads <c>clean_exceptions</c>.</summary>
internal static class CleanExceptionReader
{
    private const int MinReason = 10;

    private static readonly string[] Codes =
        [ProblemCodes.CredentialLiteral, ProblemCodes.EnvironmentReference, ProblemCodes.SecretReference, ProblemCodes.UrlCredential, ProblemCodes.CredentialArgument];

    /// <summary>The well-formed exceptions, each with its own place; the others are reported.</summary>
    public static IReadOnlyList<(CleanException Exception, string At)> Read(JsonSource source, ICollection<Problem> problems)
    {
        if (source.Root.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            return [];
        }

        var exceptions = new List<(CleanException, string)>();
        var root = new ObjectReader(source, source.Root, string.Empty, problems);
        foreach (var (item, at) in root.OptionalArray(CleanDefinitionCheck.ExceptionsMember) ?? [])
        {
            if (ObjectReader.TryOpen(source, item, at, "An exception", problems) is { } reader && ReadOne(reader) is { } exception)
            {
                exceptions.Add((exception, at));
            }
        }

        return exceptions;
    }

    private static CleanException? ReadOne(ObjectReader reader)
    {
        var pointer = reader.RequiredString("pointer");
        var code = reader.RequiredString("code");
        var reason = reader.RequiredString("reason");
        reader.Done();
        if (code is not null && !Codes.Contains(code, StringComparer.Ordinal))
        {
            reader.ReportUnknownWord("code", code, Codes);
            return null;
        }

        if (reason is not null && reason.Trim().Length < MinReason)
        {
            reader.Report("reason", ProblemCodes.OutOfRange, "The reason is too short.", $"Say in at least {MinReason} characters why this is no credential.");
            return null;
        }

        return pointer is null || code is null || reason is null ? null : new CleanException(pointer, code, reason);
    }
}
