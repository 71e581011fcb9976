using AgentRuntime.Json;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Workspaces;

/// <summary>Checks the free texts of a manifest: a manifest holds no secret and no reference to one.</summary>
internal static class ManifestTexts
{
    /// <summary>Checks a member that may be absent.</summary>
    public static void CheckMember(ObjectReader reader, string name)
    {
        if (reader.OptionalString(name) is { } text)
        {
            Check(reader, reader.PointerOf(name), text, name);
        }
    }

    /// <summary>Reports what the text must not hold; gives whether it holds nothing of that.</summary>
    /// <param name="reader">The object that holds it.</param>
    /// <param name="pointer">Its place.</param>
    /// <param name="text">The text.</param>
    /// <param name="label">The name of its member, or <c>null</c>.</param>
    /// <param name="isTemplate">Whether it is the template of an attachment, in which a credential's place is meant to be.</param>
    public static bool Check(ObjectReader reader, string pointer, string text, string? label, bool isTemplate = false)
    {
        var good = true;
        foreach (var finding in CleanText.Check(text, label).Where(finding => !isTemplate || finding.Code is not (ProblemCodes.UrlCredential or ProblemCodes.CredentialArgument)))
        {
            reader.ReportAt(pointer, finding.Code, finding.Message, FixFor(finding.Code));
            good = false;
        }

        return good;
    }

    /// <summary>How to mend a finding in a manifest.</summary>
    public static string FixFor(string code) => code switch
    {
        ProblemCodes.EnvironmentReference => "Write the value itself; a credential goes under \"credentials\".",
        ProblemCodes.CredentialLiteral => "Remove it and treat the value as leaked. Declare a scope under \"credentials\" and store the new value with 'agentruntime credentials set SERVER/SCOPE'.",
        _ => "Remove it. Declare a scope under \"credentials\" and store the value with 'agentruntime credentials set SERVER/SCOPE'; the place in the store follows from that name.",
    };
}
