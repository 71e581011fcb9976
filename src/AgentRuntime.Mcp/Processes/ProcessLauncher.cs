using System.ComponentModel;
using System.Diagnostics;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.Mcp.Processes;

/// <summary>Starts a stdio server with the environment, the arguments and the credential that it should see, and nothing else.</summary>
internal static class ProcessLauncher
{
    // Only from the system's own folders: what runs here sees the credential.
    private const string SystemPath = "/usr/bin:/bin";

    /// <exception cref="RequestRefusedException">It cannot be started; the message is safe to show.</exception>
    public static ServerProcess Start(ServerName server, ServerTransport.Stdio transport, Lease? lease, IScrubber scrubber, McpClientOptions options, TimeProvider time, ILogger logger)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = transport.WorkingDirectory,
        };
        if (!ChildEnvironment.TryReduce(start.Environment, transport.Environment, out var refused))
        {
            throw new RequestRefusedException($"The manifest sets the variable {refused}, which is not allowed. Remove it.");
        }

        if (!Directory.Exists(transport.WorkingDirectory))
        {
            throw new RequestRefusedException($"The working directory '{transport.WorkingDirectory}' does not exist. Correct the manifest.");
        }

        var program = ProgramFinder.Find(transport.Command, start.Environment.TryGetValue("PATH", out var path) ? path : null, transport.WorkingDirectory)
            ?? throw new RequestRefusedException($"The program '{transport.Command}' was not found on the PATH, or may not be run. Install it or correct the manifest.");
        var launcher = OperatingSystem.IsLinux() ? ProgramFinder.Find("setsid", SystemPath, "/") : null;
        start.FileName = launcher ?? program;
        if (launcher is not null)
        {
            start.ArgumentList.Add(program);
        }

        foreach (var argument in transport.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            if (lease is not null)
            {
                CredentialAttacher.Attach(start.Environment, start.ArgumentList, lease);
            }

            return ServerProcess.Start(start, launcher is not null, server, scrubber, options.StderrBytes, options.ShutdownGrace, time, logger);
        }
        catch (ObjectDisposedException)
        {
            throw new RequestRefusedException("The lease ended before the process was started.");
        }
        catch (Win32Exception e)
        {
            throw new RequestRefusedException($"The system could not start '{transport.Command}' (error {e.NativeErrorCode}). Correct the manifest.");
        }
    }
}
