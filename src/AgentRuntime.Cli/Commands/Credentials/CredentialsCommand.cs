using System.CommandLine;
using AgentRuntime.Cli.Composition;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials ...</c>: write and describe. No command prints a value.</summary>
internal static class CredentialsCommand
{
    public static Command Create(ProcessHost process) => new Command("credentials", "Set credentials and see their metadata; no command prints a value")
    {
        CredentialsSetCommand.Create(process),
        CredentialsListCommand.Create(process),
        CredentialsShowCommand.Create(process),
        CredentialsVersionsCommand.Create(process),
        CredentialsCopyCommand.Create(process),
        CredentialsChange.CreateDisable(process),
        CredentialsChange.CreateEnable(process),
        CredentialsChange.CreateDelete(process),
    }.WithTokenFile();
}
