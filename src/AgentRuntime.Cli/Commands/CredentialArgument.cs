using System.CommandLine;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Names;

namespace AgentRuntime.Cli.Commands;

/// <summary>The argument SERVER/SCOPE.</summary>
internal static class CredentialArgument
{
    public static Argument<string> Create() => new("credential") { HelpName = "SERVER/SCOPE", Description = "The credential, for example crm/read" };

    /// <summary>Reads it; the text is not quoted, because somebody may have pasted a value in its place.</summary>
    public static CredentialName Parse(string text) =>
        CredentialName.TryParse(text, out var name)
            ? name
            : throw new CliException(ExitCode.BadInput, "bad_credential_name", "A credential is named server/scope, for example crm/read.", "Run 'agentruntime credentials list' to see the names. A value is never given as an argument.");
}
