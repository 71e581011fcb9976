using AgentRuntime.Scrubbing.Logging;
using AgentRuntime.TestKit.Leaks;
using Microsoft.Extensions.Logging;
using static AgentRuntime.Core.Tests.Scrubbing.ScrubbingSamples;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed partial class ScrubbingLoggerTests
{
    private const string Value = "k3Hq8ZrT1mVw5YxP7nBc2JdF";
    private static readonly Func<ILogger, string, IDisposable?> InScope = LoggerMessage.DefineScope<string>("in {Scope}");

    [Fact]
    public void Message_values_names_scopes_and_exceptions_are_scrubbed()
    {
        var inner = new CapturingProvider();
        using var provider = new ScrubbingLoggerProvider(inner, Knowing(Value));
        var logger = provider.CreateLogger("test");
        using (logger.BeginScope(new Dictionary<string, object?> { ["scope"] = Value, ["n"] = 7 }))
        using (InScope(logger, Value))
        {
            Said(logger, Value, 42, new InvalidOperationException("outer " + Value, new FormatException("inner " + Value)));
            var state = new Dictionary<string, object?> { ["name " + Value] = new[] { Value }, ["exception"] = new FormatException(Value) };
            logger.Log(LogLevel.Information, default, state, null, (_, _) => "plain");
        }

        Assert.Contains(inner.Lines, line => line == $"It said {Label} and 42");
        Assert.Contains(inner.Lines, line => line == "count=42");
        Assert.Contains(inner.Lines, line => line == $"text={Label}");
        Assert.Contains(inner.Lines, line => line == $"System.FormatException: inner {Label}");
        Assert.Empty(new LeakDetector(("value", Value)).Search(string.Join('\n', inner.Lines)));
        Assert.DoesNotContain(inner.Lines, line => line.Contains(Value, StringComparison.Ordinal));
    }

    [Fact]
    public void An_entry_below_the_level_is_not_formatted()
    {
        using var provider = new ScrubbingLoggerProvider(new CapturingProvider(LogLevel.Error), Knowing(Value));
        provider.CreateLogger("test").Log(LogLevel.Information, default, 0, null, (_, _) => throw new InvalidOperationException("formatted"));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "It said {Text} and {Count}")]
    private static partial void Said(ILogger logger, string text, int count, Exception exception);

    private sealed class CapturingProvider(LogLevel level = LogLevel.Trace) : ILoggerProvider, ILogger, IDisposable
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Capture(state);
            return this;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            Capture(state);
            for (var e = exception; e is not null; e = e.InnerException)
            {
                Lines.AddRange([e.Message, e.ToString(), e.StackTrace ?? string.Empty]);
            }
        }

        public void Dispose()
        {
        }

        private void Capture(object? state)
        {
            Lines.Add(state?.ToString() ?? string.Empty);
            if (state is IEnumerable<KeyValuePair<string, object?>> values)
            {
                foreach (var (name, value) in values)
                {
                    Lines.Add($"{char.ToLowerInvariant(name[0])}{name[1..]}={(value is object?[] items ? string.Join(',', items) : value)}");
                }
            }
        }
    }
}
