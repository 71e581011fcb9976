using System.Text;
using Spectre.Console;

namespace AgentRuntime.Cli.Output;

/// <summary>A terminal whose text goes through the scrubbing writer.</summary>
internal sealed class TerminalWindow(TextWriter writer) : IAnsiConsoleOutput
{
    private const int UsualWidth = 100;
    private const int UsualHeight = 40;

    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => true;

    /// <inheritdoc/>
    public int Width => Size(() => Console.WindowWidth, UsualWidth);

    /// <inheritdoc/>
    public int Height => Size(() => Console.WindowHeight, UsualHeight);

    /// <summary>An ANSI console on this terminal.</summary>
    public static IAnsiConsole Open(TextWriter writer, bool color) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new TerminalWindow(writer),
        Interactive = InteractionSupport.No,
        Ansi = AnsiSupport.Yes,
        ColorSystem = color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
    });

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // Output is UTF-8 always.
    }

    private static int Size(Func<int> read, int usual)
    {
        try
        {
            var size = read();
            return size > 0 ? size : usual;
        }
        catch (IOException)
        {
            return usual;
        }
    }
}
