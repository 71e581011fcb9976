using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Clean;

/// <summary>
/// Refuses a definition that holds a credential, a reference to the environment or to a secret, in any value, any member name and any nesting.
/// </summary>
/// <remarks>Stateless; thread-safe. Problems never quote the text. The way out of a false alarm is <see cref="CleanException"/>.</remarks>
public static class CleanDefinitionCheck
{
    /// <summary>The member of a workflow definition that lists its exceptions.</summary>
    public const string ExceptionsMember = "clean_exceptions";

    /// <summary>All problems of a definition.</summary>
    /// <param name="source">The document.</param>
    /// <param name="isKnownCredential">Whether a text holds a credential's known value; such a finding has no way out. <c>null</c> when no value is known.</param>
    public static IEnumerable<Problem> Check(JsonSource source, Func<string, bool>? isKnownCredential = null)
    {
        var problems = new List<Problem>();
        var exceptions = CleanExceptionReader.Read(source, problems);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (pointer, finding, key) in new DefinitionWalker(isKnownCredential).Walk(source.Root))
        {
            var matching = exceptions.Where(e => e.Exception.Pointer == pointer && e.Exception.Code == finding.Code).ToList();
            used.UnionWith(matching.Select(e => e.At));
            if (matching.Count == 0)
            {
                problems.Add(source.ProblemAt(pointer, finding.Code, finding.Message, finding.Fix, key));
            }
        }

        foreach (var (_, at) in exceptions.Where(e => !used.Contains(e.At)))
        {
            problems.Add(source.ProblemAt(at, ProblemCodes.UnusedException, "No finding has this pointer and code.", "Remove the exception, or correct its pointer and code."));
        }

        return problems;
    }

    /// <summary>The well-formed exceptions of a definition, for people to review.</summary>
    public static IReadOnlyList<CleanException> Exceptions(JsonSource source) =>
        [.. CleanExceptionReader.Read(source, []).Select(e => e.Exception)];
}
